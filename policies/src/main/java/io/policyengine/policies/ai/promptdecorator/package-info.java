/** Policy {@code promptDecorator}: adds messages to the prompts of requests. */
@NullMarked
package io.policyengine.policies.ai.promptdecorator;

import org.jspecify.annotations.NullMarked;
