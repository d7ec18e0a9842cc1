/** The cookies of requests: their values, and requests without some of them. */
@NullMarked
package io.policyengine.policies.shared.cookie;

import org.jspecify.annotations.NullMarked;
