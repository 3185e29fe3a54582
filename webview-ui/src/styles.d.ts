// The bundler takes styles as modules and writes them beside the script.
declare module '*.css';
