@NullMarked
package io.policyengine.kernel.plan;

import org.jspecify.annotations.NullMarked;
