import { buildStage } from '../build/build-stage.ts';
import { notebookStage } from '../notebook/notebook-stage.ts';
import { packStage } from '../pack/pack-stage.ts';
import { projectStage } from '../project/project-stage.ts';
import { rehearseStage } from '../rehearse/rehearse-stage.ts';
import { STAGE_NAMES, type StageName } from '../stages.ts';
import { submitNotebookStage } from '../submit/submit-stage.ts';
import { testStage } from '../test/test-stage.ts';
import { uploadStage } from '../upload/upload-stage.ts';
import { bindStage, type BoundStage } from './bound-stage.ts';

/** The program of each stage. */
export const BOUND_STAGES: { readonly [Name in StageName]: BoundStage<Name> } = {
  project: bindStage(projectStage),
  build: bindStage(buildStage),
  test: bindStage(testStage),
  pack: bindStage(packStage),
  rehearse: bindStage(rehearseStage),
  upload: bindStage(uploadStage),
  notebook: bindStage(notebookStage),
  submit: bindStage(submitNotebookStage),
};

/** The stages in their order. */
export const STAGE_TABLE: readonly BoundStage[] = STAGE_NAMES.map((name) => BOUND_STAGES[name]);
