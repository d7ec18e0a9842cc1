/** The passage of one message's body: whole or in chunks, coded or not, sent by Envoy's configuration or on request. */
@NullMarked
package io.policyengine.kernel.body;

import org.jspecify.annotations.NullMarked;
