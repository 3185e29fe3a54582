/**
 * Kaggle's own (kaggle-api 5.1): asked for wherever an image is pulled or built or a container is made, so that it is what
 * Kaggle has on any engine.
 */
export const KAGGLE_PLATFORM = 'linux/amd64';
/** The same, as an image tells it. */
export const KAGGLE_ARCHITECTURE = 'amd64';
