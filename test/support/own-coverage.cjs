// For `npm run coverage`: only this process is measured. A program that a test starts loads the sources in another form
// (ES modules, not CommonJS), whose places cannot be put together with those of this process.
delete process.env.NODE_V8_COVERAGE;
