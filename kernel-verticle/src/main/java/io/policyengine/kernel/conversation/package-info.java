/** The ext_proc conversation in one direction as a table: the engine's action for every message in every state. */
@NullMarked
package io.policyengine.kernel.conversation;

import org.jspecify.annotations.NullMarked;
