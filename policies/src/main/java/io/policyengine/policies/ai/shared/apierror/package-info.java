/** Denials in the error format of the request's interface, which client libraries understand. */
@NullMarked
package io.policyengine.policies.ai.shared.apierror;

import org.jspecify.annotations.NullMarked;
