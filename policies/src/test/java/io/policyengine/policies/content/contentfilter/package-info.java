/** Tests of policy {@code contentFilter}. */
@NullMarked
package io.policyengine.policies.content.contentfilter;

import org.jspecify.annotations.NullMarked;
