/** Tests of policy {@code promptTemplate}. */
@NullMarked
package io.policyengine.policies.ai.prompttemplate;

import org.jspecify.annotations.NullMarked;
