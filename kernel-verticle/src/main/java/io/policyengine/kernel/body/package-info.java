/** The passage of one message's body: whole or in chunks, coded or not, sent by Envoy or asked for. */
@NullMarked
package io.policyengine.kernel.body;

import org.jspecify.annotations.NullMarked;
