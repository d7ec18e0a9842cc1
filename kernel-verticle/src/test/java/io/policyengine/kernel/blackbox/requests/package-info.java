/** What requests say of identity, path, method and host, and what Envoy knows of them. */
@NullMarked
package io.policyengine.kernel.blackbox.requests;

import org.jspecify.annotations.NullMarked;
