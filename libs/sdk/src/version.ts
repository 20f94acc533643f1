export const SDK_NAME = 'js/0.1.0';
