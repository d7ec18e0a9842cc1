/** The family of policies that change or answer messages by their parameters, without judging their content. */
@NullMarked
package io.policyengine.policies.message;

import org.jspecify.annotations.NullMarked;
