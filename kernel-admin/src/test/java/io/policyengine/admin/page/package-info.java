@NullMarked
package io.policyengine.admin.page;

import org.jspecify.annotations.NullMarked;
