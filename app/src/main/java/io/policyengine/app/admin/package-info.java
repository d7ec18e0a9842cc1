/** The management API of a running engine, for commands that ask it. */
@NullMarked
package io.policyengine.app.admin;

import org.jspecify.annotations.NullMarked;
