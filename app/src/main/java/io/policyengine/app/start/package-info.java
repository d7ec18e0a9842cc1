/** The main class, which Java 9 and later can load. */
package io.policyengine.app.start;
