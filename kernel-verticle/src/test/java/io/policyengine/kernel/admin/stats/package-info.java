@NullMarked
package io.policyengine.kernel.admin.stats;

import org.jspecify.annotations.NullMarked;
