@NullMarked
package io.policyengine.policies.a2aaccess;

import org.jspecify.annotations.NullMarked;
