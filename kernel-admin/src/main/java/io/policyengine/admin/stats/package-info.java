/** The figures of the meters, as operators look at them. */
@NullMarked
package io.policyengine.admin.stats;

import org.jspecify.annotations.NullMarked;
