import { buildStage } from '../build/build-stage.ts';
import { notebookStage } from '../notebook/notebook-stage.ts';
import { packStage } from '../pack/pack-stage.ts';
import { rehearseStage } from '../rehearse/rehearse-stage.ts';
import { submitStage } from '../submit/submit-stage.ts';
import { testStage } from '../test/test-stage.ts';
import { uploadStage } from '../upload/upload-stage.ts';
import { bindStage, type BoundStage } from './bound-stage.ts';

/** The stages after `project`, which is read at every run. Only this table knows the order. */
export const STAGE_TABLE: readonly BoundStage[] = [
  bindStage(buildStage),
  bindStage(testStage),
  bindStage(packStage),
  bindStage(rehearseStage),
  bindStage(uploadStage),
  bindStage(notebookStage),
  bindStage(submitStage),
];
