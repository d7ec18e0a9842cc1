/** The command line of the shipped jar: what it says to people and scripts, and the demo. */
@NullMarked
package io.policyengine.e2e.command;

import org.jspecify.annotations.NullMarked;
