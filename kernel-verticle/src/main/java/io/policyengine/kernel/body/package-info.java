/**
 * Passes one message's body through the policies: whole or in chunks, decoded or not, sent by Envoy's configuration or
 * on request.
 */
@NullMarked
package io.policyengine.kernel.body;

import org.jspecify.annotations.NullMarked;
