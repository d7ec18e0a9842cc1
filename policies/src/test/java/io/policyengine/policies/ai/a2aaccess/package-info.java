@NullMarked
package io.policyengine.policies.ai.a2aaccess;

import org.jspecify.annotations.NullMarked;
