/** Label of everything in an engine that is one checkout's own, with its random id. */
export const CHECKOUT_LABEL = 'julia-kaggle.checkout';
