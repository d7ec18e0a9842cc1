/** Tests of policy {@code contentFilter}. */
@NullMarked
package io.policyengine.policies.contentfilter;

import org.jspecify.annotations.NullMarked;
