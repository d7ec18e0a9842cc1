/** Parts that all commands share: failures, files named by the user, and the version. */
@NullMarked
package io.policyengine.app.command;

import org.jspecify.annotations.NullMarked;
