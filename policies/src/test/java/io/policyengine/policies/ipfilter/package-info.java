/** Tests of {@code ipFilter}. */
@NullMarked
package io.policyengine.policies.ipfilter;

import org.jspecify.annotations.NullMarked;
