/** Tests of policy {@code promptTemplate}. */
@NullMarked
package io.policyengine.policies.prompttemplate;

import org.jspecify.annotations.NullMarked;
