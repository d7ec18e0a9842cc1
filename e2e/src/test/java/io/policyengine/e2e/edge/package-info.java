/** The configuration that envoy-config prints, in front of clients that try to bypass it. */
@NullMarked
package io.policyengine.e2e.edge;

import org.jspecify.annotations.NullMarked;
