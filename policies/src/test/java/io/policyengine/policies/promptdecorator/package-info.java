/** Tests of policy {@code promptDecorator}. */
@NullMarked
package io.policyengine.policies.promptdecorator;

import org.jspecify.annotations.NullMarked;
