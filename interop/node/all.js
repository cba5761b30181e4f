// All tests in one process, because loading the libraries takes longer than
// using them.
import './agree.test.js';
import './differences.test.js';
import './listen.test.js';
import './trigger.test.js';
