/** Tests. */
@NullMarked
package io.policyengine.policies.access.botfilter;

import org.jspecify.annotations.NullMarked;
