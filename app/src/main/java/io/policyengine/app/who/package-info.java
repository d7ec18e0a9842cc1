/** The command {@code who}: which requests get in, as whom, and past which policies. */
@NullMarked
package io.policyengine.app.who;

import org.jspecify.annotations.NullMarked;
