/** Tests of the policy {@code hmacSignature}. */
@NullMarked
package io.policyengine.policies.authentication.hmacsignature;

import org.jspecify.annotations.NullMarked;
