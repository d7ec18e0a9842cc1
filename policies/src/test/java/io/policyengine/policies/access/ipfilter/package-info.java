/** Tests of {@code ipFilter}. */
@NullMarked
package io.policyengine.policies.access.ipfilter;

import org.jspecify.annotations.NullMarked;
