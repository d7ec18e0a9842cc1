/** The family of policies that change or answer messages by their parameters, without judging what stands in them. */
@NullMarked
package io.policyengine.policies.message;

import org.jspecify.annotations.NullMarked;
