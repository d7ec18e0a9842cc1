/** Policy {@code promptTemplate}: makes the prompts of requests from templates, with values that the requests bring. */
@NullMarked
package io.policyengine.policies.ai.prompttemplate;

import org.jspecify.annotations.NullMarked;
