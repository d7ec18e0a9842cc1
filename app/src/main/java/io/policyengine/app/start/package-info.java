/** The first class of the process, for Java 9 and later. */
package io.policyengine.app.start;
