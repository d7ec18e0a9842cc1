/** The parts that all commands share: the way in which one fails, and the version. */
@NullMarked
package io.policyengine.app.command;

import org.jspecify.annotations.NullMarked;
