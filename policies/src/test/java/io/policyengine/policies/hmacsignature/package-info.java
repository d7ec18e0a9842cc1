/** Tests of the policy {@code hmacSignature}. */
@NullMarked
package io.policyengine.policies.hmacsignature;

import org.jspecify.annotations.NullMarked;
