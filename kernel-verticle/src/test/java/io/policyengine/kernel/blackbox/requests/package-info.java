/** Tests of the identity, path, method and host of requests, and of what Envoy knows of them. */
@NullMarked
package io.policyengine.kernel.blackbox.requests;

import org.jspecify.annotations.NullMarked;
