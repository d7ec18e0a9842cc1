/** What all commands share: how one fails, and the version. */
@NullMarked
package io.policyengine.app.command;

import org.jspecify.annotations.NullMarked;
