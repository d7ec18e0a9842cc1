@NullMarked
package io.policyengine.admin.stats;

import org.jspecify.annotations.NullMarked;
