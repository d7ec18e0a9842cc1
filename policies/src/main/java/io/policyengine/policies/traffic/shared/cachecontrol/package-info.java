/** The field Cache-Control, and the fields that can replace it: targeted fields and Pragma. */
@NullMarked
package io.policyengine.policies.traffic.shared.cachecontrol;

import org.jspecify.annotations.NullMarked;
