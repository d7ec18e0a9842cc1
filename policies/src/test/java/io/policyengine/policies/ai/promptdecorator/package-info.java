/** Tests of policy {@code promptDecorator}. */
@NullMarked
package io.policyengine.policies.ai.promptdecorator;

import org.jspecify.annotations.NullMarked;
