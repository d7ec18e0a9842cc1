/** The command {@code who}, which reports which requests get in, with which identities, and past which policies. */
@NullMarked
package io.policyengine.app.who;

import org.jspecify.annotations.NullMarked;
