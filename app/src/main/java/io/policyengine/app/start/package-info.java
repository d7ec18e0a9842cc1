/** The main class of the process, which Java 9 and later can run. */
package io.policyengine.app.start;
