/** Differences between configurations, in a form for people. */
@NullMarked
package io.policyengine.admin.diff;

import org.jspecify.annotations.NullMarked;
